import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

describe('metrics', () => {
  it('are one line of the embedded metric format per invocation', () => {
    const lines: string[] = [];
    const metrics = new Metrics('rollcall', (line) => lines.push(line));
    metrics.add('FaceCalls');
    metrics.add('FaceCalls', 2);
    metrics.add('RecognitionMs', 120);
    metrics.add('RecognitionMs', 80);
    metrics.flush(1_767_600_000_000);
    metrics.flush(1_767_600_000_001);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      _aws: {
        Timestamp: 1_767_600_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Rollcall',
            Dimensions: [['deployment']],
            Metrics: [
              { Name: 'FaceCalls', Unit: 'Count' },
              { Name: 'RecognitionMs', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      deployment: 'rollcall',
      FaceCalls: 3,
      RecognitionMs: [120, 80],
    });
  });

  it('never have more values of one metric than the format takes', () => {
    const lines: string[] = [];
    const metrics = new Metrics('rollcall', (line) => lines.push(line));
    for (let n = 0; n < 150; n++) metrics.add('RecognitionMs', n);
    metrics.flush(0);
    expect(JSON.parse(lines[0] ?? '').RecognitionMs).toHaveLength(100);
  });
});
