import type { ForgetReceipt } from '@rollcall/contract/person';
import { count } from '../../format/number.ts';
import { longDateOf, timeOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './forget-receipt.module.css';

const kinds = ['photos', 'vectors', 'captures', 'sightings', 'attendance'] as const;

/** What was deleted, as proof. */
export function ForgetReceiptTable({ receipt }: { receipt: ForgetReceipt }) {
  const t = text.person.forgetting;
  return (
    <dl className={styles.receipt}>
      <dt>{t.receipt}</dt>
      <dd className={styles.id}>{receipt.id}</dd>
      <dt>{t.at}</dt>
      <dd>
        {longDateOf(receipt.forgottenAt)}, {timeOf(receipt.forgottenAt)}
      </dd>
      {kinds.map((kind) => (
        <div key={kind} className={styles.pair}>
          <dt>{t.removed[kind]}</dt>
          <dd className="rc-num">{count(receipt.removed[kind])}</dd>
        </div>
      ))}
    </dl>
  );
}
