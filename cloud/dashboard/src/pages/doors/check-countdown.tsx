import { useState } from 'react';
import { useNow } from '../../components/use-now.ts';
import { checkText } from '../../messages/en-check.ts';
import styles from './check-dialog.module.css';

const radius = 44;
const round = 2 * Math.PI * radius;

/** Tells whoever is at the door what to do, and for how long. */
export function CheckCountdown({ seconds }: { seconds: number }) {
  const now = useNow(200);
  const [startedAt] = useState(() => Date.now());
  const left = Math.max(0, seconds - (now - startedAt) / 1_000);
  return (
    <div className={styles.countdown}>
      <svg viewBox="0 0 100 100" className={styles.ring} aria-hidden="true">
        <circle cx="50" cy="50" r={radius} className={styles.track} />
        <circle
          cx="50"
          cy="50"
          r={radius}
          className={styles.left}
          strokeDasharray={round}
          strokeDashoffset={round * (1 - left / seconds)}
        />
        <text x="50" y="50" className="rc-num">
          {checkText.secondsLeft(Math.ceil(left))}
        </text>
      </svg>
      <div role="status">
        <strong>{left > 0 ? checkText.walk : checkText.almost}</strong>
        <p className="rc-muted">{checkText.walkHint}</p>
      </div>
    </div>
  );
}
