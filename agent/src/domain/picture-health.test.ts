import { describe, expect, it } from 'vitest';
import { drawDoor, randomOf } from '../../test/drawn-door.ts';
import type { Luma } from '../ports/frame.ts';
import { PictureHealth } from './picture-health.ts';

type Seen = (second: number) => Luma;

const seen: Seen = (second) => drawDoor({ seed: second + 1 });
const lit =
  (light: number): Seen =>
  (second) =>
    drawDoor({ seed: second + 1, light });
/** A hand or tape before the lens, in light: some gray and its noise. */
const covered: Seen = (second) => change(drawDoor({ seed: second + 1, noise: 2 }), (level) => 90 + (level - 150) / 40);
const frozen: Seen = () => drawDoor({ seed: 7 });
const blurred: Seen = (second) => {
  const noise = randomOf(second + 1);
  return change(blur(drawDoor({ noise: 0 }), 6), (level) => level + Math.round(noise() * 2));
};

const near: Seen = (second) =>
  drawDoor({ seed: second + 1, people: [{ x: 0.05, y: 0, width: 0.9, height: 1, level: 20 }] });
const passing: Seen = (second) =>
  drawDoor({ seed: second + 1, people: [{ x: (second % 10) / 10, y: 0.1, width: 0.3, height: 0.9 }] });

function change(luma: Luma, how: (level: number) => number): Luma {
  return { ...luma, data: luma.data.map(how) };
}

/** Mean of a box. */
function blur({ width, height, data }: Luma, reach: number): Luma {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      let count = 0;
      for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
        for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++, count++)
          sum += data[v * width + u] ?? 0;
      }
      out[y * width + x] = sum / count;
    }
  }
  return { width, height, data: out };
}

/** What is said, each time it changes, with the second at which it is. */
function told(...parts: readonly (readonly [Seen, number])[]): string[] {
  const health = new PictureHealth();
  const all: string[] = [];
  let last: string | undefined;
  let second = 0;
  for (const [look, seconds] of parts) {
    for (const end = second + seconds; second < end; second++) {
      health.look(look(second), second * 1_000);
      if (health.state !== last) all.push(`${second} ${health.state}`);
      last = health.state;
    }
  }
  return all;
}

describe('the health of a picture', () => {
  it('is ok for a door as it should be, day in, day out', () => {
    expect(told([seen, 300])).toEqual(['10 ok']);
    expect(told([lit(0.4), 100], [seen, 100], [lit(1.4), 100])).toEqual(['10 ok']);
  });

  it('is dark, and not covered, when the lamp goes off; and ok again when it goes on', () => {
    expect(told([seen, 60], [lit(0.05), 120], [seen, 60])).toEqual(['10 ok', '70 dark', '185 ok']);
    expect(told([seen, 60], [lit(0), 120], [seen, 60])).toEqual(['10 ok', '70 dark', '185 ok']);
  });

  it('does not flicker at dusk', () => {
    const dusk: Seen = (second) => lit(second % 2 ? 0.17 : 0.2)(second);
    expect(told([seen, 20], [lit(0.1), 20], [dusk, 200])).toEqual(['10 ok', '30 dark']);
  });

  it('is covered when nothing shows in the light, whether from the start or later', () => {
    expect(told([covered, 60])).toEqual(['10 ok', '20 covered']);
    expect(told([seen, 60], [covered, 60], [seen, 60])).toEqual(['10 ok', '80 covered', '125 ok']);
  });

  it('is frozen when the same picture comes again and again, until another comes', () => {
    expect(told([seen, 60], [frozen, 60], [seen, 10])).toEqual(['10 ok', '91 frozen', '120 ok']);
  });

  it('is defocused when it is much less sharp than this camera was', () => {
    const [, blurredAt = '', sharpAt = '', ...more] = told([seen, 60], [blurred, 90], [seen, 60]);
    expect(blurredAt).toMatch(/^(9\d|10\d) defocused$/);
    expect(sharpAt).toMatch(/^(16\d|17\d) ok$/);
    expect(more).toEqual([]);
  });

  it('is not moved by somebody who passes, or stands before the lens for a while', () => {
    expect(told([seen, 60], [passing, 100], [near, 8], [seen, 20], [covered, 15], [passing, 60])).toEqual(['10 ok']);
  });

  it('begins anew when the size of the picture changes', () => {
    const health = new PictureHealth();
    for (let second = 0; second < 60; second++) health.look(frozen(0), second * 1_000);
    expect(health.state).toBe('frozen');
    health.look(drawDoor({ width: 80, height: 45 }), 60_000);
    expect(health.state).toBeUndefined();
  });

  it('counts no time in which nothing was seen', () => {
    const health = new PictureHealth();
    for (let at = 0; at < 15_000; at += 1_000) health.look(seen(at), at);
    for (let at = 3_600_000; at < 3_605_000; at += 1_000) health.look(lit(0.02)(at), at);
    expect(health.state).toBe('ok');
  });

  it('looks once a second, however many frames come', () => {
    const health = new PictureHealth();
    for (let at = 0; at < 20_000; at += 1_000) health.look(seen(at), at);
    const never: Luma = {
      width: 160,
      height: 90,
      get data(): Uint8Array {
        throw new Error('looked at');
      },
    };
    for (let at = 19_010; at < 20_000; at += 10) health.look(never, at);
    expect(health.state).toBe('ok');
  });
});
