import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createLog } from './log.ts';

const log = new URL('log.ts', import.meta.url).href;

test('a process whose log nobody reads any more goes on, and ends when it wants to', async () => {
  const program = `
    import { createLog } from ${JSON.stringify(log)};
    const log = createLog({ service: 'test' });
    process.stdin.once('data', () => {
      for (let line = 0; line < 3; line++) log.info('line', { line });
      process.exit(3);
    });
    process.stderr.write('up');`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  await once(child.stderr, 'data');
  child.stdout.destroy();
  await once(child.stdout, 'close');
  child.stdin.write('go');
  const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(10_000) }).finally(() =>
    child.kill('SIGKILL'),
  );
  expect(code).toBe(3);
});

test('another level counts at once, for what was made of the log before too', () => {
  const lines: string[] = [];
  const whole = createLog({ service: 'test', destination: { write: (line) => void lines.push(line) } });
  const part = whole.child({ stage: 'part' });
  part.debug('unheard');
  whole.setLevel('debug');
  part.debug('heard', { token: 'secret' });
  whole.setLevel('error');
  part.warn('unheard');
  whole.error('heard');
  expect(lines.map((line) => z.object({ event: z.string() }).parse(JSON.parse(line)).event)).toEqual([
    'heard',
    'heard',
  ]);
  expect(lines.join('')).not.toContain('secret');
});
