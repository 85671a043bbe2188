package jvs.port.xdp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import jvs.linux.Bpf;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.NetworkDevice;

/**
 * Keeps the host's stack from packets that are the director's alone, by a program at the ingress of
 * each interface: behind packet sockets, before netfilter, whose rules cost more a packet.
 *
 * <p>A quick way, not a guard by itself: it ends with the process, and lets through what needs a
 * second look. Control plane, one thread at a time. Linux 6.6 (tcx), CAP_BPF and CAP_NET_ADMIN.
 */
public final class TcxGuard implements AutoCloseable {
  private final Errno errno = new Errno();
  private final List<Integer> descriptors = new ArrayList<>();
  private final RedirectMaps maps;

  /**
   * Attaches to these interfaces; nothing is dropped before the first {@link #follow}.
   *
   * @throws LinuxException if the kernel refuses, or does not know how
   */
  public TcxGuard(Collection<String> interfaces) {
    maps = new RedirectMaps();
    try {
      interfaces.forEach(this::attach);
    } catch (LinuxException e) {
      close();
      throw e;
    }
  }

  private void attach(String name) {
    try (NetworkDevice device = new NetworkDevice(name)) {
      int program = Bpf.loadTcx(RedirectProgram.dropping(device.mac(), maps), "jvs_guard");
      descriptors.add(program);
      int link = Bpf.linkTcx(program, device.index());
      descriptors.add(LinuxException.check("tcx program on " + name, link));
    }
  }

  /** Drops what these rules say, and no more. */
  public void follow(RedirectRules rules) {
    maps.follow(rules, true);
  }

  /** Detaches; idempotent. */
  @Override
  public void close() {
    descriptors.reversed().forEach(descriptor -> Libc.close(errno, descriptor));
    descriptors.clear();
    maps.close();
  }
}
