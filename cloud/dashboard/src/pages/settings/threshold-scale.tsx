import type { MatchThresholds } from '@rollcall/contract/organization';
import { text } from '../../messages/text.ts';
import styles from './threshold-scale.module.css';

/** The scale from 0 to 100, cut where the answers change. */
export function ThresholdScale({ thresholds: { accept, doubtful } }: { thresholds: MatchThresholds }) {
  const t = text.settings;
  const parts = [
    { tone: styles.unknown, label: t.scaleUnknown, size: doubtful },
    { tone: styles.doubtful, label: t.scaleDoubtful, size: Math.max(0, accept - doubtful) },
    { tone: styles.accepted, label: t.scaleAccepted, size: 100 - accept },
  ];
  return (
    <div className={styles.scale} aria-hidden="true">
      <div className={styles.bar}>
        {parts.map((part) => (
          <span key={part.label} className={part.tone} style={{ flexGrow: part.size }} />
        ))}
      </div>
      <div className={styles.legend}>
        {parts.map((part) => (
          <span key={part.label} className={styles.entry}>
            <span className={`${styles.swatch} ${part.tone}`} />
            {part.label}
          </span>
        ))}
      </div>
    </div>
  );
}
