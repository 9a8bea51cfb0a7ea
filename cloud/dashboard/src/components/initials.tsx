import styles from './initials.module.css';

/** A person without their photo: lists show no faces, since each view of one is audited. */
export function Initials({ name, size = 32 }: { name: string; size?: number }) {
  return (
    <span
      className={styles.initials}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.38) }}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  return picked.map((word) => Array.from(word ?? '')[0]?.toLocaleUpperCase() ?? '').join('');
}
