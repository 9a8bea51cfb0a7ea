import type { CheckReport } from '@rollcall/contract/check-report';
import type { CommissioningFace } from '@rollcall/contract/commissioning';
import type { CSSProperties } from 'react';
import { checkText } from '../../messages/en-check.ts';
import styles from './check-result.module.css';

interface CheckedStillProps {
  readonly report: CheckReport;
  /** Of this frame. */
  readonly faces: readonly CommissioningFace[];
  readonly name: string;
}

/** The frame with a frame around each face: whole for those that can be used, dashed for the others. */
export function CheckedStill({ report, faces, name }: CheckedStillProps) {
  const { width, height } = report;
  // Words are as large in a picture of any size.
  const unit: CSSProperties & Record<'--rc-unit', string> = { '--rc-unit': `${width / 1_000}px` };
  const usable = faces.filter((face) => face.usable).length;
  return (
    <svg
      className={styles.still}
      style={unit}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={checkText.still(name, faces.length, usable)}
    >
      <image href={pictureOf(report)} width={width} height={height} preserveAspectRatio="none" />
      {faces.map(({ box, usable: isUsable }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- its number is what a face is called
        <g key={index} className={isUsable ? styles.usable : styles.unusable}>
          <rect {...box} rx={width / 300} vectorEffect="non-scaling-stroke" className={styles.edge} />
          <rect {...box} rx={width / 300} vectorEffect="non-scaling-stroke" />
          {box.y > height / 8 ? (
            <text x={box.x + box.width / 2} y={box.y} dy="-0.4em">
              {checkText.numbered(index + 1, box.width)}
            </text>
          ) : (
            <text x={box.x + box.width / 2} y={box.y + box.height} dy="1.1em">
              {checkText.numbered(index + 1, box.width)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

/** The picture of a report as an address. */
export function pictureOf({ still }: CheckReport): string {
  return `data:image/jpeg;base64,${still.image}`;
}
