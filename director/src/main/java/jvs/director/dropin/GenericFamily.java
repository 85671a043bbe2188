package jvs.director.dropin;

import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;

/**
 * How generic netlink treats a family's requests before and after the family does
 * (genl_family_rcv_msg, netlink_rcv_skb). Any thread.
 */
abstract class GenericFamily {
  private static final int EIO = 5;

  private final int version;

  GenericFamily(int version) {
    this.version = version;
  }

  /** What can be asked with a command: DO, DUMP or both; 0 if it is unknown. */
  abstract int abilities(int command);

  /** Whether only administrators may ask. */
  abstract boolean isPrivileged();

  /** Does or reads; {@code out} gets what there is to say. */
  abstract void doit(NetlinkRequest request, MessageWriter out);

  /** Lists; {@code out} gets the entries. */
  abstract void dump(NetlinkRequest request, MessageWriter out);

  /** A command can be asked for one. */
  static final int DO = 2;

  /** A command can be asked for all. */
  static final int DUMP = 4;

  /**
   * The answer to one request: no message or more, one after the other, in the datagrams that
   * {@link Datagrams} says.
   */
  final byte[] answer(NetlinkRequest request) {
    MessageWriter out = new MessageWriter();
    int errno = 0;
    if (request.isForFamily()) {
      try {
        if (serve(request, out)) {
          return out.toBytes();
        }
      } catch (IpvsException refused) {
        out.clear();
        errno = refused.errno().number();
      } catch (RuntimeException bug) {
        // The requester waits: it must hear something, and netlink has no other words for it.
        System.getLogger(GenericFamily.class.getName())
            .log(System.Logger.Level.ERROR, "netlink request failed", bug);
        out.clear();
        errno = EIO;
      }
    }
    if (errno != 0 || request.has(NetlinkRequest.NLM_F_ACK)) {
      request.acknowledge(errno, out);
    }
    return out.toBytes();
  }

  /** Returns whether it was a dump, which is never acknowledged. */
  private boolean serve(NetlinkRequest request, MessageWriter out) {
    if (!request.hasCommand()) {
      throw new IpvsException(Errno.EINVAL, "no generic netlink header");
    }
    boolean isDump = request.has(NetlinkRequest.NLM_F_DUMP);
    if ((abilities(request.command()) & (isDump ? DUMP : DO)) == 0) {
      throw new IpvsException(Errno.EOPNOTSUPP, "command " + request.command());
    }
    if (isPrivileged() && !request.isAdmin()) {
      throw new IpvsException(Errno.EPERM, "CAP_NET_ADMIN is missing");
    }
    if (isDump) {
      dump(request, out);
      request.done(out);
    } else {
      doit(request, out);
    }
    return isDump;
  }

  /** Starts a message of this family. */
  final void begin(NetlinkRequest request, MessageWriter out, int command, boolean isPart) {
    out.begin(request, request.type(), isPart ? NetlinkRequest.NLM_F_MULTI : 0, command, version);
  }
}
