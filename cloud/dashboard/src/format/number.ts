import { locale } from './time.ts';

/** `10,000`, as the reader's locale writes it. */
export function count(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** `83 %`; 0 of 0 is 0. */
export function percent(part: number, whole: number): string {
  return new Intl.NumberFormat(locale(), { style: 'percent' }).format(whole === 0 ? 0 : part / whole);
}

/** `0.8 %` of 0.008: two digits, wherever they are. */
export function share(fraction: number): string {
  return new Intl.NumberFormat(locale(), { style: 'percent', maximumSignificantDigits: 2 }).format(fraction);
}

/** With at most one digit after the point. */
export function oneDigit(value: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value);
}
