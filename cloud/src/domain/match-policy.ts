import type { PersonId } from '@rollcall/contract/ids';
import type { MatchThresholds } from '@rollcall/contract/organization';
import type { Candidate } from '../ports/face-engine.ts';

/** What an organization starts with: see docs/recognition.md for what they admit. */
export const defaultThresholds: MatchThresholds = { accept: 95, doubtful: 80, margin: 5 };

/** What the candidates of one face come to. The reason names nobody: a kiosk may show it. */
export type Judgement =
  | { readonly verdict: 'accepted'; readonly personId: PersonId; readonly similarity: number; readonly reason: string }
  | { readonly verdict: 'doubtful'; readonly similarity: number; readonly reason: string }
  | { readonly verdict: 'unknown'; readonly similarity: number | null; readonly reason: string };

/**
 * Accepted only when the best candidate is similar enough and well ahead of everybody else: among thousands of people a
 * stranger has a few near look-alikes, one person seldom stands out.
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
  const lead = second ? similarity - second.similarity : undefined;
  if (lead !== undefined && lead < thresholds.margin) {
    const reason = `two people are nearly as likely: ${points(lead)} points apart, needs ${thresholds.margin}`;
    return { verdict: 'doubtful', similarity, reason };
  }
  const ahead = lead === undefined ? 'nobody else comes near' : `${points(lead)} points ahead of the next person`;
  const reason = `${said} is at or over ${thresholds.accept}, ${ahead}`;
  return { verdict: 'accepted', personId: best.personId, similarity, reason };
}

/** One decimal, cut and not rounded: 94.96 must not read 95.0 when it is under 95. */
function points(value: number): string {
  return (Math.floor(value * 10) / 10).toFixed(1);
}
