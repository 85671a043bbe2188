package jvs.spi;

import jvs.service.ServerList;

/** Makes the scheduler of one service (init_service). Control plane. */
public interface SchedulerFactory {
  /** The name given to {@code ipvsadm -s}: at most 15 characters. */
  String name();

  /**
   * A fresh scheduler over the present servers of the service.
   *
   * @throws IllegalArgumentException if it cannot serve them (the kernel's EINVAL)
   */
  Scheduler create(SchedulerContext context, ServerList servers);
}
