/** One search of a picture among the enrolled people. */
export interface Search {
  /** Who is in the picture; null for a stranger. */
  readonly truth: string | null;
  /** Best first, one per person; empty when no face was found or nobody is enrolled. */
  readonly candidates: readonly { readonly personId: string; readonly similarity: number }[];
}

/** The share of searches for enrolled people whose first candidate is right. */
export function rankOne(searches: readonly Search[]): number {
  const mated = searches.filter((search) => search.truth !== null);
  return mated.filter(isRight).length / mated.length;
}

/**
 * Detection and identification rate: the share of searches for enrolled people that give the right person over a threshold which at most `rate`
 * of the searches for others (`impostors`: their best similarity) exceeds. Source: ISO/IEC 19795-1, open-set identification.
 */
export function identifiedAt(
  rate: number,
  searches: readonly Search[],
  impostors: readonly number[],
): { rate: number; threshold: number } {
  const highest = [...impostors].sort((a, b) => b - a);
  const threshold = highest[Math.floor(rate * highest.length)] ?? 0;
  const mated = searches.filter((search) => search.truth !== null);
  const found = mated.filter((search) => isRight(search) && (search.candidates[0]?.similarity ?? 0) > threshold);
  return { rate: found.length / mated.length, threshold };
}

/** The best similarity of each stranger. */
export function strangersBest(searches: readonly Search[]): number[] {
  return searches.filter((search) => search.truth === null).map((search) => search.candidates[0]?.similarity ?? 0);
}

/** The best similarity that each search would have had if its person were not enrolled. */
export function othersBest(searches: readonly Search[]): number[] {
  return searches.map(
    (search) => search.candidates.find((candidate) => candidate.personId !== search.truth)?.similarity ?? 0,
  );
}

function isRight(search: Search): boolean {
  return search.candidates[0]?.personId === search.truth;
}
