package jvs.sync;

import jvs.flow.FlowKey;

/** Knows which worker gets a flow's packets. */
@FunctionalInterface
public interface FlowOwner {
  /** Index of the worker, from 0. Any thread. */
  int workerOf(FlowKey flow);
}
