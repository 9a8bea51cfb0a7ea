import type { CheckReport } from '@rollcall/contract/check-report';
import { checkText } from '../../messages/en-check.ts';
import styles from './check-result.module.css';

/** Of the drawing, in its own units. */
const size = { width: 640, height: 120, inset: 10 };

/** How wide faces were while people came nearer: a dot each, over the line that they must reach. */
export function FaceSizes({ faces, limits }: Pick<CheckReport, 'faces' | 'limits'>) {
  const widths = faces.map(({ box }) => box.width);
  const [least, most] = [Math.min(...widths), Math.max(...widths)];
  const times = faces.map(({ at }) => Date.parse(at));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const top = Math.max(most, 1.5 * limits.minPixels);
  const x = (at: number) => size.inset + ((at - first) / Math.max(1, last - first)) * (size.width - 2 * size.inset);
  const y = (pixels: number) => size.height - (pixels / top) * (size.height - size.inset);
  const line = y(limits.minPixels);
  return (
    <figure className={styles.sizes}>
      <figcaption>
        {checkText.sizes}
        <span className="rc-muted rc-num">{checkText.limit(limits.minPixels)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="img"
        aria-label={checkText.sizesAlt(faces.length, least, most)}
      >
        <line x1={0} x2={size.width} y1={size.height} y2={size.height} className={styles.axis} />
        <line x1={0} x2={size.width} y1={line} y2={line} className={styles.needed} />
        {faces.map((face, index) => (
          <circle
            // oxlint-disable-next-line react/no-array-index-key -- dots have no other name
            key={index}
            cx={x(Date.parse(face.at))}
            cy={y(face.box.width)}
            r={5}
            className={face.usable ? styles.dotUsable : styles.dotUnusable}
          />
        ))}
      </svg>
    </figure>
  );
}
