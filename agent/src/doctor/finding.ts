/** What a check of the doctor found. `todo` says what to do about it. */
export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'warning' | 'problem';
  readonly says: string;
  readonly todo?: string;
}
