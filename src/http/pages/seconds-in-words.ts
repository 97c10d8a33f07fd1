/** "1 second", "40 seconds"; where that is hard to imagine, "800 seconds (about 14 minutes)". */
export function secondsInWords(seconds: number): string {
  const exact = seconds === 1 ? '1 second' : `${seconds} seconds`
  return seconds < 120 ? exact : `${exact} (about ${Math.ceil(seconds / 60)} minutes)`
}
