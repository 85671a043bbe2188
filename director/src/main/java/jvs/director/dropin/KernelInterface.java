package jvs.director.dropin;

import jvs.service.IpvsControl;
import jvs.service.IpvsException;

/** A director that is talked to as the kernel's IPVS is. Any thread. */
public final class KernelInterface {
  private static final byte[] NOTHING = {};

  private final IpvsFamily family;
  private final SockOptions options;
  private final KernelFiles files;

  /** Lets the calls drive {@code control}. */
  public KernelInterface(IpvsControl control) {
    family = new IpvsFamily(control);
    options = new SockOptions(control);
    files = new KernelFiles(control);
  }

  /**
   * Does an encoded {@link KernelCall}; returns the encoded {@link KernelAnswer}.
   *
   * @throws IllegalArgumentException if it is no call at all
   */
  public byte[] call(byte[] encoded) {
    return call(KernelCall.decode(encoded)).encode();
  }

  /**
   * Does a call.
   *
   * @throws IllegalArgumentException for netlink messages that are not as long as they say
   */
  public KernelAnswer call(KernelCall call) {
    try {
      return new KernelAnswer(0, run(call));
    } catch (IpvsException refused) {
      return new KernelAnswer(refused.errno().number(), NOTHING);
    }
  }

  private byte[] run(KernelCall call) {
    return switch (call.kind()) {
      case NETLINK ->
          family.answer(
              new NetlinkRequest(call.data(), call.number(), call.isAdmin(), call.capsErrors()));
      case GET -> options.get(call.number(), call.data(), call.length(), call.isAdmin());
      case SET -> {
        options.set(call.number(), call.data(), call.isAdmin());
        yield NOTHING;
      }
      case LOOK -> call.data().length == 0 ? NOTHING : files.read(call.text(), false);
      case READ -> files.read(call.text(), true);
      case WRITE -> {
        files.write(call.text(), call.isAdmin());
        yield NOTHING;
      }
    };
  }
}
