import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JpegStream } from './jpeg-stream.ts';

let folder: string;
let stream: JpegStream;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-stream-'));
  stream = await JpegStream.open();
});

afterEach(async () => {
  stream.close();
  await rm(folder, { recursive: true, force: true });
});

it('gives every frame, in order and at its own pace', async () => {
  const files = ['one', 'two', 'three'].map((name) => join(folder, `${name}.jpg`));
  for (const file of files) await writeFile(file, `picture ${file}`);
  const answer = fetch(`http://127.0.0.1:${stream.port}/`);
  let startedAt = 0;
  await stream.play(files, 20, () => (startedAt = performance.now()));
  expect(performance.now() - startedAt).toBeGreaterThan(95);
  const response = await answer;
  expect(response.headers.get('content-type')).toBe('multipart/x-mixed-replace; boundary=frame');
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('three.jpg\r\n')) break;
  }
  const parts = files.map((file) => {
    const picture = `picture ${file}`;
    return `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n${picture}\r\n`;
  });
  expect(text).toBe(parts.join(''));
});
