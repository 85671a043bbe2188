package jvs.director.ipvsadm;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Look-ups through the C library's resolver (the JDK's InetAddress calls it), with a bound.
 *
 * <p>A DNS server that does not answer costs one bound, not one a name: after a look-up that took
 * too long no further one is made. Differs from ipvsadm: a name counts only if it leads back to its
 * address, as InetAddress wants it.
 */
final class DomainNames {
  private static final long BOUND_MILLIS = 1000;

  private final Map<IpAddress, @Nullable String> names = new HashMap<>();
  private boolean isSilent;

  @Nullable String nameOf(IpAddress address) {
    if (!names.containsKey(address)) {
      names.put(address, bounded(() -> lookUp(address)));
    }
    return names.get(address);
  }

  @Nullable IpAddress addressOf(String name) {
    return bounded(() -> lookUp(name));
  }

  private <T> @Nullable T bounded(Callable<@Nullable T> lookUp) {
    if (isSilent) {
      return null;
    }
    FutureTask<@Nullable T> task = new FutureTask<>(lookUp);
    Thread.ofPlatform().daemon().name("resolver").start(task);
    try {
      return task.get(BOUND_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException noAnswer) {
      isSilent = true;
    } catch (ExecutionException failed) {
      return null;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private static @Nullable String lookUp(IpAddress address) throws UnknownHostException {
    String name = InetAddress.getByAddress(address.octets()).getHostName();
    // InetAddress gives the address itself back if it has no name.
    boolean isAddress = name.indexOf(':') >= 0 || AddressText.parseV4(name) != null;
    return isAddress ? null : name;
  }

  private static @Nullable IpAddress lookUp(String name) throws UnknownHostException {
    for (InetAddress address : InetAddress.getAllByName(name)) {
      if (address instanceof Inet4Address) {
        return IpAddress.of(address.getAddress());
      }
    }
    return null;
  }
}
