/** `text` as lists order it and searches compare it: without case and accents, so that `jose` finds José. */
export function sortable(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
