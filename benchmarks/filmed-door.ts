import { sharpEncoder } from '@rollcall/agent/adapters/sharp-encoder';
import type { FaceGate } from '@rollcall/agent/domain/face-gate';
import { fitCapture } from '@rollcall/agent/domain/fit-capture';
import type { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { watchClip } from './gated-clip.ts';

/** Somebody with the photos that they are enrolled by. */
export interface Enrolled {
  readonly name: string;
  readonly photos: readonly Uint8Array[];
}

/** A passage as a device publishes it. */
export interface FilmedPassage {
  /** Who it really is; undefined for somebody who is not enrolled. */
  readonly who: string | undefined;
  readonly captures: readonly CaptureMessage[];
  readonly end: PassageMessage;
}

/** Everything that a device published, to be searched in several ways. */
export interface FilmedDoor {
  readonly name: string;
  readonly people: readonly Enrolled[];
  readonly passages: readonly FilmedPassage[];
}

/** What the agent publishes of a clip. @param walkers who goes through, passage by passage: names of people; others are strangers. */
export async function filmDoor(film: {
  readonly name: string;
  readonly clip: string;
  readonly people: readonly Enrolled[];
  readonly walkers: readonly string[];
  readonly gate?: FaceGate;
}): Promise<FilmedDoor> {
  const passages: FilmedPassage[] = [];
  let captures: CaptureMessage[] = [];
  for await (const event of watchClip(film.clip, { gate: film.gate })) {
    if (event.kind === 'capture') {
      const message = await fitCapture(event, sharpEncoder, { crop: film.gate !== undefined });
      if (!message) throw new Error('a capture of the clip does not fit a message');
      captures.push(message);
      continue;
    }
    passages.push({ who: film.walkers[passages.length], captures, end: event.message });
    captures = [];
  }
  const { name, people } = film;
  return { name, people, passages };
}
