import type { Benchmark } from './benchmark.ts';
import { measureLatency } from './path-latency.ts';
import { measureThroughput } from './path-throughput.ts';

/** From the frame to the register, through every part of the site edition. */
export const path: Benchmark = {
  name: 'path',
  summary:
    'From a frame at the door to an attendance that is read over the API, and how much of the bare face engine is left at the end.',
  configure(command) {
    command.option('--seconds <n>', 'how long one door is watched', '90');
    command.option('--devices <n>', 'devices that send at once', '100');
    command.option('--captures <n>', 'captures of each', '6');
  },
  async run({ seconds = '90', devices = '100', captures = '6' }) {
    const latency = await measureLatency(Number(seconds));
    const load = await measureThroughput(Number(devices), Number(captures));
    const [before, after] = load.enginePicturesPerSecond;
    const markdown = [
      '| one door, frame taken → attendance readable | ms |',
      '|---|---|',
      `| median of ${latency.samples} | ${latency.medianMs} |`,
      `| 95 % | ${latency.p95Ms} |`,
      `| longest | ${latency.maxMs} |`,
      '',
      `| ${load.devices} devices at once, ${load.captures} captures of 1280×720 | |`,
      '|---|---|',
      `| pictures/s, sent, stored, acked, recognized | ${load.picturesPerSecond.toFixed(1)} |`,
      `| pictures/s of the bare engine, before and after | ${before.toFixed(1)}, ${after.toFixed(1)} |`,
      `| ratio | ${load.ratio.toFixed(2)} |`,
      `| lost | ${load.lost} |`,
      `| sent again for want of an ack | ${load.resends} |`,
      `| site resident before, at most | ${load.memoryMb.before} MB, ${load.memoryMb.peak} MB |`,
      '',
      'The devices run on the same cores as the site. The bare engine is the same engine with as many workers, fed from memory.',
    ].join('\n');
    return { markdown, json: { latency, load } };
  },
};
