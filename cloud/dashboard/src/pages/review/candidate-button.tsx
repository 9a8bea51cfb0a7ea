import type { SightingCandidate } from '@rollcall/contract/sighting';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { photosQuery } from '../../api/queries.ts';
import { Initials } from '../../components/initials.tsx';
import { Picture } from '../../components/picture.tsx';
import { count } from '../../format/number.ts';
import { text } from '../../messages/text.ts';
import styles from './candidate-button.module.css';

interface CandidateButtonProps {
  readonly candidate: SightingCandidate;
  /** The key that does the same. */
  readonly shortcut: number;
  readonly disabled: boolean;
  readonly onChoose: () => void;
}

/** A person whom the face resembles, with their enrolled photo to compare. */
export function CandidateButton({ candidate, shortcut, disabled, onChoose }: CandidateButtonProps) {
  const { person, similarity } = candidate;
  const photo = useQuery(photosQuery(useApi(), person.id)).data?.items[0];
  return (
    <button
      type="button"
      className={styles.candidate}
      disabled={disabled}
      onClick={onChoose}
      aria-keyshortcuts={String(shortcut)}
    >
      <span className={styles.photo}>
        {photo ? (
          <Picture path={`/v1/people/${person.id}/photos/${photo.photoId}`} alt="" />
        ) : (
          <Initials name={person.name} size={72} />
        )}
      </span>
      <span className={styles.words}>
        <span className={styles.name}>{person.name}</span>
        <span className="rc-muted rc-num">{text.person.number(person.externalId)}</span>
        <span className={styles.likeness}>
          <span className={styles.track} aria-hidden="true">
            <span className={styles.fill} style={{ width: `${Math.max(2, similarity)}%` }} />
          </span>
          <span className="rc-num">{text.review.resemblance(count(Math.round(similarity)))}</span>
        </span>
      </span>
      <kbd className="rc-key" aria-hidden="true">
        {shortcut}
      </kbd>
    </button>
  );
}
