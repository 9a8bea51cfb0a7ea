import type { CheckReport } from '@rollcall/contract/check-report';
import { IconAlertTriangle, IconArrowRight, IconCircleCheck } from '@tabler/icons-react';
import { checkText } from '../../messages/en-check.ts';
import styles from './check-result.module.css';
import { CheckedStill } from './checked-still.tsx';
import { FaceMeasures } from './face-measures.tsx';
import { FaceSizes } from './face-sizes.tsx';

/** Faces of a frame that are looked at one by one. */
const maxShown = 6;

/** Whether the door is fit, what to do if not, and what was measured, in the picture and in numbers. */
export function CheckResult({ report, name }: { report: CheckReport; name: string }) {
  const { fit, frames, framesWithFace, framesWithUsableFace, advice, faces, still, limits } = report;
  const shown = faces.filter(({ at }) => at === still.at);
  const isWell = fit && advice.length === 0;
  const Icon = isWell ? IconCircleCheck : IconAlertTriangle;
  return (
    <div className={styles.result}>
      <div className={`${styles.verdict} ${fit ? styles.fit : styles.unfit}`} role="status">
        <Icon size={22} stroke={1.8} aria-hidden="true" />
        <div>
          <strong>{isWell ? checkText.fit : fit ? checkText.fitBetter : checkText.notFit}</strong>
          <p>{checkText.seen(framesWithUsableFace, framesWithFace, frames)}</p>
        </div>
      </div>
      {advice.length > 0 ? (
        <ul className={styles.advice} aria-label={checkText.todo}>
          {advice.map((one) => (
            <li key={one}>
              <IconArrowRight size={16} aria-hidden="true" />
              <span>{one}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <CheckedStill report={report} faces={shown} name={name} />
      {shown.length > 0 ? (
        <ul className={styles.faces}>
          {shown.slice(0, maxShown).map((face, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- its number is what a face is called
            <FaceMeasures key={index} face={face} number={index + 1} report={report} />
          ))}
        </ul>
      ) : null}
      {new Set(faces.map(({ at }) => at)).size > 2 ? <FaceSizes faces={faces} limits={limits} /> : null}
    </div>
  );
}
