package jvs.port.xdp;

/**
 * How packets are shared out to workers: by the hash of their client's end that {@link
 * jvs.port.FanoutProgram#member} has, so that a flow's packets meet, whichever way they come.
 * Immutable.
 *
 * @param workers how many there are
 * @param seed that of the fanout program beside it
 */
public record Steering(int workers, int seed) {
  /** Everything is for one worker. */
  public static final Steering TO_ONE = new Steering(1, 0);
}
