import type { PersonId } from '@rollcall/contract/ids';
import type { MatchThresholds } from '@rollcall/contract/organization';
import type { Candidate } from '../ports/face-engine.ts';

/**
 * What an organization starts with. A stranger resembles the likeliest of N people more than the second by a factor of odds that does not
 * depend on N: 19 times (95 as against 50) happens to about one stranger in seventy. See docs/recognition.md.
 */
export const defaultThresholds: MatchThresholds = { accept: 95, doubtful: 80, margin: 45 };

/** What the candidates of one face come to. The reason names nobody: a kiosk may show it. */
export type Judgement =
  | { readonly verdict: 'accepted'; readonly personId: PersonId; readonly similarity: number; readonly reason: string }
  | { readonly verdict: 'doubtful'; readonly similarity: number; readonly reason: string }
  | { readonly verdict: 'unknown'; readonly similarity: number | null; readonly reason: string };

/**
 * Accepted only when the best candidate is similar enough and well ahead of everybody else: among thousands of people a
 * stranger has a few near look-alikes, one person seldom stands out.
 *
 * The margin is meant at the bar of acceptance. Above it points get narrower, so what counts is the odds, `s / (100 - s)`: with a bar of 95 and
 * a margin of 45 the best must have 19 times the odds of the second, be it 95 to 50, 99 to 83.9 or 99.9 to 98.1.
 * @param candidates best first, one per person. @param pictures how many pictures they were compared by.
 */
export function judge(candidates: readonly Candidate[], thresholds: MatchThresholds, pictures = 1): Judgement {
  const [best, second] = candidates;
  if (!best) return { verdict: 'unknown', similarity: null, reason: 'resembles nobody who is enrolled' };
  const { similarity } = best;
  const over = pictures > 1 ? ` over ${pictures} pictures` : '';
  const said = `similarity ${points(similarity)}${over}`;
  if (similarity < thresholds.doubtful) {
    return { verdict: 'unknown', similarity, reason: `${said}: nobody enrolled is at or over ${thresholds.doubtful}` };
  }
  if (similarity < thresholds.accept) {
    return { verdict: 'doubtful', similarity, reason: `${said} is under ${thresholds.accept}` };
  }
  const lead = second ? similarity - second.similarity : similarity;
  const needed = neededLead(similarity, thresholds);
  if (second && lead < needed) {
    const reason = `two people are nearly as likely: ${points(lead)} points apart, needs ${points(needed)} at ${points(similarity)}`;
    return { verdict: 'doubtful', similarity, reason };
  }
  const ahead = second ? `${points(lead)} points ahead of the next person` : 'nobody else comes near';
  const reason = `${said} is at or over ${thresholds.accept}, ${ahead}`;
  return { verdict: 'accepted', personId: best.personId, similarity, reason };
}

/** Points that a best candidate of this similarity must be ahead: the same factor of odds as the margin is at the bar. */
function neededLead(similarity: number, { accept, margin }: MatchThresholds): number {
  const factor = odds(accept) / odds(accept - margin);
  const most = odds(similarity) / factor;
  return similarity - (100 * most) / (1 + most);
}

/** Kept finite at both ends: engines round to 0 and 100. */
function odds(similarity: number): number {
  const within = Math.min(99.999, Math.max(0.001, similarity));
  return within / (100 - within);
}

/** One decimal, cut and not rounded: 94.96 must not read 95.0 when it is under 95. */
function points(value: number): string {
  return (Math.floor(value * 10) / 10).toFixed(1);
}
