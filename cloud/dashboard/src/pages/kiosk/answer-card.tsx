import { IconAlertCircle, IconCircleCheckFilled, IconClockFilled, IconRefresh } from '@tabler/icons-react';
import { text } from '../../messages/text.ts';
import styles from './kiosk.module.css';
import type { KioskAnswer } from './kiosk-answer.ts';

const icons = { good: IconCircleCheckFilled, late: IconClockFilled, bad: IconAlertCircle, neutral: IconRefresh };

interface AnswerCardProps {
  readonly answer: KioskAnswer;
  readonly secondsLeft: number;
  readonly onDismiss: () => void;
}

/** One clear answer, readable from two meters; a tap makes way for the next person. */
export function AnswerCard({ answer, secondsLeft, onDismiss }: AnswerCardProps) {
  const Icon = icons[answer.tone];
  return (
    <button type="button" className={`${styles.answer} ${styles[answer.tone]}`} onClick={onDismiss}>
      <Icon className={styles.answerIcon} aria-hidden="true" />
      <span className={styles.answerTitle}>{answer.title}</span>
      <span className={`${styles.answerDetail} rc-num`}>{answer.detail}</span>
      <span className={styles.answerNext} aria-hidden="true">
        <span className={styles.track}>
          <span className={styles.fill} />
        </span>
        <span className="rc-num">{text.kiosk.next(secondsLeft)}</span>
      </span>
      <span className="rc-sr">{text.kiosk.dismiss}</span>
    </button>
  );
}
