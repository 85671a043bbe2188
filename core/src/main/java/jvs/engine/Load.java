package jvs.engine;

/**
 * Whether a worker does better to nap and let frames gather than to be woken by each of them, which
 * costs the sender's processor as much as the frame itself; and bursts are sent cheaper than single
 * frames. It does where many come, and go on coming meanwhile: senders that wait for answers would
 * only wait longer, and naps that find few frames tell of them. One thread, its worker's.
 */
final class Load {
  /** Frames a millisecond from which on a nap may pay. */
  static final int HIGH = 60;

  /** Frames that a nap has to find: about as many as come meanwhile where it may pay. */
  static final int GATHERED = 10;

  /** So many naps in a row that find fewer are no chance. */
  static final int POOR_NAPS = 3;

  /** For how long none is tried again then. */
  static final int AWAKE_MILLIS = 100;

  private long millis;
  private int frames;
  private int framesBefore;
  private boolean hasNapped;
  private int poorNaps;
  private long awakeUntil;

  /** Counts frames that came at this time. */
  void count(int received, long nowMillis) {
    if (nowMillis != millis) {
      framesBefore = nowMillis == millis + 1 ? frames : 0;
      frames = 0;
      millis = nowMillis;
    }
    frames += received;
    if (hasNapped) {
      hasNapped = false;
      poorNaps = received < GATHERED ? poorNaps + 1 : 0;
      if (poorNaps == POOR_NAPS) {
        poorNaps = 0;
        awakeUntil = nowMillis + AWAKE_MILLIS;
      }
    }
  }

  /** Whether it pays to nap: many frames in the millisecond before this one, or in this one. */
  boolean isHigh() {
    return (framesBefore >= HIGH || frames >= HIGH) && millis >= awakeUntil;
  }

  /** The frames counted next are those that a nap found. */
  void napped() {
    hasNapped = true;
  }
}
