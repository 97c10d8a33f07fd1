/** "1 second", "40 seconds", "15 minutes": how long somebody has to wait, rounded up. */
export function secondsInWords(seconds: number): string {
  if (seconds === 1) return '1 second'
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
}
