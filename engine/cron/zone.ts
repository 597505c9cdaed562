const DAY = 86_400_000;

/** What the clocks of a place show. */
export interface Zone {
  /** What a clock on the wall shows at a moment, as milliseconds since 1970 as if it hung in UTC. */
  wallAt(moment: number): number;
  /** When the clocks show `wall`: never where they are put forward over it, twice where they are put back. Earliest first. */
  momentsOf(wall: number): readonly number[];
  /** The moment at which clocks would show `wall` if they had not been put forward over it. */
  momentOfSkipped(wall: number): number;
}

/** What is said of a name that is none. */
export const NO_ZONE = 'must be a time zone of the IANA data base, like "Europe/Berlin" or "UTC"';

/** Whether this is a name of the IANA data base. Offsets ("+01:00"), which some runtimes take for zones, are not. */
export const isZoneName = (name: string): boolean => {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(name) || name.length > 64) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
};

const formatOf = (timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });

/** Throws RangeError for what `isZoneName` refuses. */
export const zoneNamed = (name: string): Zone => {
  const format = formatOf(name);
  const wallAt = (moment: number): number => {
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    return (
      Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) +
      (moment - Math.floor(moment / 1_000) * 1_000)
    );
  };
  const offsetAt = (moment: number): number => wallAt(moment) - moment;
  // No zone is further than a day from UTC, nor changes its clocks twice in two days.
  const offsetsAround = (wall: number) => [offsetAt(wall - DAY), offsetAt(wall + DAY)] as const;
  return {
    wallAt,
    momentsOf: (wall) => {
      const moments = offsetsAround(wall)
        .filter((offset) => offsetAt(wall - offset) === offset)
        .map((offset) => wall - offset);
      return [...new Set(moments)].sort((a, b) => a - b);
    },
    momentOfSkipped: (wall) => wall - offsetsAround(wall)[0],
  };
};
