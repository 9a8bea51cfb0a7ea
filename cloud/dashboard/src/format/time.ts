import type { Organization } from '@rollcall/contract/organization';

type Zone = Organization['timeZone'];

/** `08:03`, as the reader's locale writes it, in the site's zone. */
export function timeOf(instant: string, zone?: Zone): string {
  return format({ hour: '2-digit', minute: '2-digit' }, zone).format(new Date(instant));
}

/** `Mon, 23 Nov`, of an instant. */
export function dateOf(instant: string, zone?: Zone): string {
  return format({ weekday: 'short', day: 'numeric', month: 'short' }, zone).format(new Date(instant));
}

/** `23 November 2026`, of an instant. */
export function longDateOf(instant: string, zone?: Zone): string {
  return format({ day: 'numeric', month: 'long', year: 'numeric' }, zone).format(new Date(instant));
}

/** `Monday, 23 November`, of a local day `YYYY-MM-DD`. */
export function dayName(day: string): string {
  return format({ weekday: 'long', day: 'numeric', month: 'long' }, 'UTC').format(new Date(`${day}T00:00:00Z`));
}

/** The local day of `now` in `zone`, `YYYY-MM-DD`. */
export function dayIn(zone: Zone, now: number): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).formatToParts(now);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** Days before `day`, in order, `day` itself the last. */
export function daysUntil(day: string, count: number): string[] {
  const last = Date.parse(`${day}T00:00:00Z`);
  return Array.from({ length: count }, (_, i) =>
    new Date(last - (count - 1 - i) * 86_400_000).toISOString().slice(0, 10),
  );
}

/** `2 minutes ago`. */
export function ago(instant: string, now: number): string {
  const seconds = Math.min(0, Math.round((Date.parse(instant) - now) / 1000));
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  if (seconds > -50) return relative.format(seconds, 'second');
  if (seconds > -3_000) return relative.format(Math.round(seconds / 60), 'minute');
  if (seconds > -80_000) return relative.format(Math.round(seconds / 3_600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/** `HH:MM` plus minutes, within the day. */
export function addMinutes(time: string, minutes: number): string {
  const [hours = 0, mins = 0] = time.split(':').map(Number);
  const total = Math.min(23 * 60 + 59, hours * 60 + mins + minutes);
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
}

/** What the browser is set to. */
export function locale(): string | undefined {
  return globalThis.navigator?.language;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format is slow, using one is not; a feed of hundreds of rows uses three. */
function format(options: Intl.DateTimeFormatOptions, zone: string | undefined): Intl.DateTimeFormat {
  const key = JSON.stringify([options, zone]);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale(), { ...options, ...(zone ? { timeZone: zone } : {}) });
  formats.set(key, made);
  return made;
}
