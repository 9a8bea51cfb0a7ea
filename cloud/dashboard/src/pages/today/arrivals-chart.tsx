import { Skeleton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { DaySummary } from '@rollcall/contract/day-summary';
import type { DaySession } from '@rollcall/contract/organization';
import { type PointerEvent, useState } from 'react';
import { count } from '../../format/number.ts';
import { addMinutes } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './arrivals-chart.module.css';
import { arrivalsCurve, type Curve, type CurvePoint, clockOf, minuteOf } from './arrivals-curve.ts';

const height = 220;
const margin = { top: 14, right: 14, bottom: 26, left: 40 };

/** How the building filled: people in, over the morning. */
export function ArrivalsChart({
  arrivals,
  day,
}: {
  arrivals: DaySummary['arrivals'] | undefined;
  day: DaySession | null;
}) {
  const { ref, width } = useElementSize();
  const [pointed, setPointed] = useState<CurvePoint>();
  if (!arrivals) return <Skeleton height={height} />;
  const curve = arrivalsCurve(arrivals, day);
  const scale = scaleOf(curve, width);
  const last = curve.points.at(-1);
  const first = curve.points[0];

  const point = (event: PointerEvent<SVGSVGElement>) => {
    const minute = scale.minuteAt(event.clientX - event.currentTarget.getBoundingClientRect().left);
    setPointed(curve.points.findLast((p) => p.minute <= minute) ?? first);
  };

  return (
    <div ref={ref} className={styles.chart} style={{ height }}>
      {width > 0 ? (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={
            first && last
              ? text.today.arrivalsLabel(count(last.arrived), clockOf(first.minute), clockOf(last.minute))
              : text.today.arrivalsEmpty
          }
          onPointerMove={point}
          onPointerLeave={() => setPointed(undefined)}
        >
          <Axes curve={curve} scale={scale} />
          {day ? <DayMarks day={day} scale={scale} /> : null}
          {last ? <Line points={curve.points} scale={scale} shown={pointed ?? last} /> : null}
        </svg>
      ) : null}
      {last ? null : <p className={styles.empty}>{text.today.arrivalsEmpty}</p>}
    </div>
  );
}

type Scale = ReturnType<typeof scaleOf>;

function scaleOf(curve: Curve, width: number) {
  const inner = Math.max(1, width - margin.left - margin.right);
  const floor = height - margin.bottom;
  const step = niceStep((curve.points.at(-1)?.arrived ?? 0) / 3);
  const top = Math.max(step * 2, step * Math.ceil((curve.points.at(-1)?.arrived ?? 0) / step));
  const span = curve.toMinute - curve.fromMinute;
  return {
    width,
    floor,
    x: (minute: number) => margin.left + (inner * (minute - curve.fromMinute)) / span,
    y: (arrived: number) => floor - ((floor - margin.top) * arrived) / top,
    minuteAt: (x: number) => curve.fromMinute + (span * (x - margin.left)) / inner,
    levels: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step),
  };
}

/** 1, 2 or 5 times a power of ten, at or over `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? power;
}

function Axes({ curve, scale }: { curve: Curve; scale: Scale }) {
  return (
    <g className={styles.axis}>
      {scale.levels.map((level) => (
        <g key={level}>
          <line x1={margin.left} x2={scale.width - margin.right} y1={scale.y(level)} y2={scale.y(level)} />
          <text x={margin.left - 10} y={scale.y(level) + 4} textAnchor="end">
            {count(level)}
          </text>
        </g>
      ))}
      {curve.ticks.map((minute) => (
        <text key={minute} x={scale.x(minute)} y={height - 6} textAnchor="middle">
          {clockOf(minute)}
        </text>
      ))}
    </g>
  );
}

function DayMarks({ day, scale }: { day: DaySession; scale: Scale }) {
  const start = scale.x(minuteOf(day.start));
  const late = scale.x(minuteOf(addMinutes(day.start, day.graceMinutes)));
  return (
    <g className={styles.marks}>
      <rect x={start} width={Math.max(0, late - start)} y={margin.top} height={scale.floor - margin.top} />
      <line x1={start} x2={start} y1={margin.top} y2={scale.floor} />
    </g>
  );
}

function Line({ points, scale, shown }: { points: readonly CurvePoint[]; scale: Scale; shown: CurvePoint }) {
  const line = points.map((p, i) => `${i === 0 ? 'M' : 'L'}${scale.x(p.minute)} ${scale.y(p.arrived)}`).join('');
  const right = scale.x(points.at(-1)?.minute ?? 0);
  const left = scale.x(points[0]?.minute ?? 0);
  const x = scale.x(shown.minute);
  const label = `${clockOf(shown.minute)} · ${count(shown.arrived)}`;
  const flip = x > scale.width - 110;
  return (
    <g>
      <path className={styles.area} d={`${line}L${right} ${scale.floor}L${left} ${scale.floor}Z`} />
      <path className={styles.line} d={line} />
      <circle className={styles.dot} cx={x} cy={scale.y(shown.arrived)} r="4.500" />
      <text
        className={styles.label}
        x={flip ? x - 10 : x + 10}
        y={Math.max(margin.top + 10, scale.y(shown.arrived) - 8)}
        textAnchor={flip ? 'end' : 'start'}
      >
        {label}
      </text>
    </g>
  );
}
