import { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { instantOf } from '@rollcall/kit/clock';
import sharp from 'sharp';
import { monotonicFactory } from 'ulid';
import { mara, pictureOf } from '../site/demo-people.ts';

/** What a door saw while nobody could hear of it. */
export interface Morning {
  /** In the order in which they came about. */
  readonly messages: readonly (CaptureMessage | PassageMessage)[];
  readonly captures: readonly CaptureMessage[];
  /** Of those, the ones in which somebody is to be seen. */
  readonly peopled: ReadonlySet<string>;
}

const minuteMs = 60_000;
/** In each so-manieth passage there is a face; in the others a cart, which costs recognition little. */
const faceEvery = 50;

/** Passages of two captures each, a minute apart, from `from` on. */
export async function morning(captureCount: number, from: number): Promise<Morning> {
  const [face, cart] = [await pictureOf(mara), await sharp({ create: blank }).jpeg().toBuffer()];
  const captures: CaptureMessage[] = [];
  const messages: (CaptureMessage | PassageMessage)[] = [];
  const peopled = new Set<string>();
  for (let index = 0; captures.length < captureCount; index++) {
    const at = from + index * minuteMs;
    const newId = monotonicFactory();
    const passageId = PassageMessage.shape.passageId.parse(newId(at));
    const isPeopled = index % faceEvery === 0;
    if (isPeopled) peopled.add(passageId);
    const image = (isPeopled ? face : cart).toString('base64');
    const own = [0, 1].map((second) =>
      CaptureMessage.parse({
        v: 1,
        captureId: newId(at),
        passageId,
        takenAt: instantOf(at + second * 1_000),
        clockSynced: true,
        shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: second + 1 },
        image,
      }),
    );
    captures.push(...own);
    messages.push(
      ...own,
      PassageMessage.parse({
        v: 1,
        passageId,
        openedAt: instantOf(at),
        closedAt: instantOf(at + 3_000),
        clockSynced: true,
        frames: 30,
        captures: own.map(({ captureId }) => captureId),
        ended: 'quiet',
      }),
    );
  }
  return { messages, captures, peopled };
}

const blank = { width: 64, height: 64, channels: 3, background: '#9a8' } as const;
