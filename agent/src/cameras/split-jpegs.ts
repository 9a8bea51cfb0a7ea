import { JpegSplitter } from './jpeg-splitter.ts';

/** The JPEGs in what a program writes. Calls `onBad` for what is none. */
export async function* splitJpegs(
  output: AsyncIterable<Uint8Array>,
  onBad: (count: number) => void,
): AsyncGenerator<Buffer, void> {
  const splitter = new JpegSplitter();
  let badFrames = 0;
  for await (const chunk of output) {
    yield* splitter.push(chunk);
    if (splitter.badFrames > badFrames) onBad(splitter.badFrames - badFrames);
    badFrames = splitter.badFrames;
  }
}
