import { firstTime } from '../streams/loose-json.ts'

const earliest = Date.UTC(2000, 0)
const latest = Date.UTC(2200, 0)

/**
 * A time as programs write it for people, or undefined where a text is anything else: "3/2/2026, 9:00:05 AM",
 * "2026-03-02 09:00", "March 2, 2026 9:02am", "2026-03-02@09h00m00s", "02.03.2026, 09:00", "2 Mar 2026 09:00". Taken as UTC
 * where no zone is given. Of "3/2/2026" the month is first, unless that is none, as most of the programs that write it
 * are set to American English; with full stops the day is.
 */
export function readTime(text: string): number | undefined {
  const given = text.trim()
  if (given.length < 6 || given.length > 60 || !/\d/.test(given)) return undefined
  return ofIso(given) ?? ofSlashes(given) ?? ofWords(given)
}

function ofIso(text: string): number | undefined {
  const found =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T@, ]{1,3}(\d{1,2})[:h](\d\d)(?:[:m](\d\d))?(?:[.s]\d{0,9})?)? ?(Z|UTC|GMT|[+-]\d\d:?\d\d)?(?: ?([AP]M))?$/i.exec(
      text,
    )
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second, zone = ''] = found
  return momentOf([year, month, day], [hour, minute, second, found[8]], zone)
}

function ofSlashes(text: string): number | undefined {
  const found =
    /^(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4}|\d\d)(?:[, ]{1,3}(?:at |um )?(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?[ \u202f]?([AP]\.?M\.?)?)?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?$/i.exec(
      text,
    )
  if (found === null) return undefined
  const [, first = '', sign, second = '', year = '', hour, minute, seconds, half, zone = ''] = found
  const isDayFirst = sign === '.' || Number(first) > 12
  const [day, month] = isDayFirst ? [first, second] : [second, first]
  return momentOf([year.length === 2 ? `20${year}` : year, month, day], [hour, minute, seconds, half], zone)
}

function momentOf(
  [year, month, day]: (string | undefined)[],
  [hour = '0', minute = '0', second = '0', half = '']: (string | undefined)[],
  zone: string,
): number | undefined {
  const isLater = /^p/i.test(half)
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (isLater ? 12 : 0)
  const [monthNumber, dayNumber] = [Number(month), Number(day)]
  if (monthNumber < 1 || monthNumber > 12 || dayNumber < 1 || dayNumber > 31 || hours > 24) return undefined
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone)
  const minutes =
    offset === null ? 0 : (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === '-' ? -1 : 1)
  const time = Date.UTC(
    Number(year),
    monthNumber - 1,
    dayNumber,
    hours,
    Number(minute) - minutes,
    Number(second),
  )
  return time >= earliest && time <= latest ? time : undefined
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** "March 2, 2026 9:02am", "Mon, 2 Mar 2026 09:00:00 GMT". */
function ofWords(text: string): number | undefined {
  const words = text.toLowerCase().split(/[\s,]+/)
  const at = words.findIndex((word) => /^[a-z]{3,9}\.?$/.test(word) && months.includes(word.slice(0, 3)))
  const month = months.indexOf(words[at]?.slice(0, 3) ?? '') + 1
  const year = words.find((word) => /^\d{4}$/.test(word))
  const day = [words[at - 1], words[at + 1]].find((word) => /^\d{1,2}(?:st|nd|rd|th)?$/.test(word ?? ''))
  if (month === 0 || year === undefined || day === undefined || words.length > 9) return undefined
  const clock = /\b(\d{1,2}):(\d\d)(?::(\d\d))?[ \u202f]?([ap]m)?/i.exec(text)
  return momentOf([year, String(month), String(Number.parseInt(day, 10))], clock?.slice(1) ?? [], '')
}

/** The first of these that is a time, written for programs or for people. */
export function firstWrittenTime(...values: unknown[]): number | undefined {
  for (const value of values) {
    const time = (typeof value === 'string' ? readTime(value) : undefined) ?? firstTime(value)
    if (time !== undefined) return time
  }
  return undefined
}
