import type { PictureState } from '@rollcall/contract/heartbeat';
import type { Luma } from '../ports/frame.ts';
import { Held } from './held.ts';
import { isSamePicture, lookAtPicture, type PictureLook } from './picture-look.ts';

/** Often enough for what lasts for seconds. */
const everyMs = 1_000;
/** After a longer gap between two pictures, nothing is known of the time between. */
const gapMs = 15_000;

/** Mean level below which a face does not show, and above which it does again. */
const darkLevel = 28;
const litLevel = 38;
/** What lies on the lens leaves no edges, and about one brightness. Empty asphalt, about the plainest of scenes, has 2 % edges. */
const coveredEdges = 0.005;
const coveredContrast = 0.12;
/** Sharp scenes have 0.8 and more, a lens far out of focus 0.5 and less. */
const blurredSharpness = 0.5;
/** Part of this camera's own usual sharpness. A scene by itself, in bright and in dim light, keeps above 0.87. */
const blurredPart = 0.76;
/** Pictures that count as now: one of somebody who passes close by says little of the lens. */
const nowOver = 10;
/** Pictures until the usual sharpness is known, and those that it is the mean of: an hour’s. */
const leastLearned = 30;
const learnedOver = 3_600;

/** How long it must last: longer than somebody stands before the camera, or a lamp flickers. */
const holds = {
  dark: { raiseMs: 10_000, dropMs: 5_000 },
  covered: { raiseMs: 20_000, dropMs: 5_000 },
  frozen: { raiseMs: 30_000, dropMs: 0 },
  defocused: { raiseMs: 30_000, dropMs: 10_000 },
};

/** What is wrong with a picture, in words for ops. */
export const pictureWords: Readonly<Record<Exclude<PictureState, 'ok'>, string>> = {
  dark: 'the picture is too dark to see faces: is the light off, or something before the lens?',
  covered: 'the picture shows nothing: something covers the lens',
  frozen: 'the camera gives the same picture again and again: it hangs, start it anew',
  defocused: 'the picture is much less sharp than it should be: is the lens out of focus, dirty or fogged?',
};

/** What is wrong with one picture, as far as it shows by itself. */
export function troubleOf(look: PictureLook): 'dark' | 'covered' | 'defocused' | undefined {
  const { level, edges, contrast, sharpness = 1 } = look;
  if (level < darkLevel) return 'dark';
  if (edges < coveredEdges) return contrast < coveredContrast ? 'covered' : 'defocused';
  return sharpness < blurredSharpness ? 'defocused' : undefined;
}

/** Tells from its pictures whether a camera can still do its work. State: what was seen so far, and how sharp this camera usually is. */
export class PictureHealth {
  #held = startHolding();
  #size = '';
  #startedAt: number | undefined;
  #last: { readonly luma: Luma; readonly at: number } | undefined;
  #isDark = false;
  #usual = unknownSharpness;
  #now = unknownSharpness;

  /** Undefined until enough was seen. */
  get state(): PictureState | undefined {
    const { frozen, dark, covered, defocused } = this.#held;
    if (dark.raised) return 'dark';
    if (covered.raised) return 'covered';
    // After those: what is wholly black or white is the same again and again, too.
    if (frozen.raised) return 'frozen';
    if (defocused.raised) return 'defocused';
    if (!this.#last || this.#startedAt === undefined) return undefined;
    return this.#last.at - this.#startedAt >= holds.dark.raiseMs ? 'ok' : undefined;
  }

  /** Looks at a picture a second, and passes over the others. @param at ms; going back begins anew. */
  look(luma: Luma, at: number): void {
    const sinceLastMs = at - (this.#last?.at ?? Number.NEGATIVE_INFINITY);
    if (sinceLastMs >= 0 && sinceLastMs < everyMs) return;
    const size = `${luma.width} × ${luma.height}`;
    if (size !== this.#size || sinceLastMs < 0) this.#begin(size, at);
    if (sinceLastMs > gapMs) for (const condition of Object.values(this.#held)) condition.pause();
    const same = this.#last !== undefined && isSamePicture(this.#last.luma, luma);
    this.#last = { luma, at };
    this.#judge(lookAtPicture(luma), same, at);
  }

  #begin(size: string, at: number): void {
    if (size !== this.#size) this.#usual = unknownSharpness;
    this.#size = size;
    this.#startedAt = at;
    this.#last = undefined;
    this.#isDark = false;
    this.#now = unknownSharpness;
    this.#held = startHolding();
  }

  #judge(look: PictureLook, same: boolean, at: number): void {
    const { frozen, dark, covered, defocused } = this.#held;
    this.#isDark = look.level < (this.#isDark ? litLevel : darkLevel);
    const isPlain = look.edges < coveredEdges;
    // In the dark there is nothing to be sharp, and nothing to tell a lid from the night by.
    const isCovered = !this.#isDark && isPlain && look.contrast < coveredContrast;
    const { sharpness } = look;
    if (this.#isDark || isCovered) this.#now = unknownSharpness;
    else if (sharpness !== undefined) this.#now = meanWith(this.#now, sharpness, nowOver);
    const isBlurred = !this.#isDark && !isCovered && (isPlain || this.#isBlurred());
    frozen.look(same, at);
    dark.look(this.#isDark, at);
    covered.look(isCovered, at);
    defocused.look(isBlurred, at);
    const isWell = !this.#isDark && !isCovered && !isBlurred && !same;
    if (isWell && sharpness !== undefined) this.#usual = meanWith(this.#usual, sharpness, learnedOver);
  }

  #isBlurred(): boolean {
    const { sharpness, pictures } = this.#now;
    if (pictures === 0) return false;
    const usual = this.#usual.pictures >= leastLearned ? this.#usual.sharpness : 0;
    return sharpness < Math.max(blurredSharpness, blurredPart * usual);
  }
}

interface MeanSharpness {
  readonly sharpness: number;
  readonly pictures: number;
}

const unknownSharpness: MeanSharpness = { sharpness: 0, pictures: 0 };

/** The mean of the last `over` or so. */
function meanWith(mean: MeanSharpness, sharpness: number, over: number): MeanSharpness {
  const pictures = Math.min(over, mean.pictures + 1);
  return { sharpness: mean.sharpness + (sharpness - mean.sharpness) / pictures, pictures };
}

function startHolding() {
  return {
    dark: new Held(holds.dark),
    covered: new Held(holds.covered),
    frozen: new Held(holds.frozen),
    defocused: new Held(holds.defocused),
  };
}
