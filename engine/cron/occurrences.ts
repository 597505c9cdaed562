import type { Cron } from './cron.ts';
import { holdsDay } from './days.ts';
import type { Zone } from './zone.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Occurrence {
  /** Milliseconds since 1970. For a skipped one, when it would have been. */
  readonly at: number;
  /** What the clocks of the zone show, as if in UTC. */
  readonly wall: number;
  /**
   * `skipped`: clocks are put forward over this time, and nothing fires. `repeated`: they are put back and show it
   * twice; it fires the first time only. So does EventBridge Scheduler.
   */
  readonly dst: 'skipped' | 'repeated' | null;
}

/** The 29th of February on a given weekday comes every 28 years, or 40 across a century. */
const HORIZON = 41 * 366 * DAY;

/** Times of a cron in a zone, in order, all later than `after`; ends when none comes for 41 years. */
export function* occurrences(cron: Cron, zone: Zone, after: number): Generator<Occurrence> {
  const shift = everyHour(cron) ? minuteShift(zone, after) : null;
  if (shift === null) yield* byTheWall(cron, zone, after);
  else yield* byTheHour(cron.minutes, shift, zone, after);
}

/** The next moment it fires; null when none comes. */
export const nextMoment = (cron: Cron, zone: Zone, after: number): number | null => {
  for (const { at, dst } of occurrences(cron, zone, after)) if (dst !== 'skipped') return at;
  return null;
};

/** Whether the clock counts within the hour only. Such a schedule goes on evenly when clocks are changed. */
export const everyHour = ({ hours, months, days }: Cron): boolean =>
  hours.length === 24 && months.length === 12 && days.ofMonth === null && days.ofWeek === null;

/**
 * Minutes by which the zone's clocks differ from UTC within the hour: 0 in most, 30 in India. Null where that changes
 * (Lord Howe puts its clocks forward by half an hour). Looks two years ahead, month by month.
 */
export const minuteShift = (zone: Zone, from: number): number | null => {
  const shifts = Array.from({ length: 24 }, (_, month) => {
    const moment = from + month * 30.5 * DAY;
    return ((zone.wallAt(moment) - moment) / MINUTE + 24 * 60) % 60;
  });
  const [first = 0] = shifts;
  return shifts.every((shift) => shift === first) ? first : null;
};

function* byTheHour(
  minutes: readonly number[],
  shift: number,
  zone: Zone,
  after: number,
): Generator<Occurrence> {
  const utc = minutes.map((minute) => (minute - shift + 60) % 60).sort((a, b) => a - b);
  for (let hour = Math.floor(after / HOUR) * HOUR; ; hour += HOUR) {
    for (const minute of utc) {
      const at = hour + minute * MINUTE;
      if (at > after) yield { at, wall: zone.wallAt(at), dst: null };
    }
  }
}

function* byTheWall(cron: Cron, zone: Zone, after: number): Generator<Occurrence> {
  // A day early: what the clocks show may be behind what they have shown.
  const begin = Math.floor(zone.wallAt(after) / DAY) * DAY - DAY;
  let end = begin + HORIZON;
  for (let day = begin; day < end; day += DAY) {
    if (!holdsDay(cron, day)) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const occurrence = at(day + hour * HOUR + minute * MINUTE, zone);
        if (occurrence.at <= after) continue;
        end = day + HORIZON;
        yield occurrence;
      }
    }
  }
}

const at = (wall: number, zone: Zone): Occurrence => {
  const [first, second] = zone.momentsOf(wall);
  if (first === undefined) return { at: zone.momentOfSkipped(wall), wall, dst: 'skipped' };
  return { at: first, wall, dst: second === undefined ? null : 'repeated' };
};
