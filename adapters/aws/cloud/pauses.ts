/** Ever longer pauses, in milliseconds, up to the longest: for asking again what takes time to change. */
export function* pauses(first: number, longest: number): Generator<number, never> {
  for (let pause = first; ; pause = Math.min(longest, pause * 1.5)) yield Math.round(pause);
}
