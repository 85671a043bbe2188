package jvs.director.dropin;

import jvs.director.dropin.Attributes.Rule;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import org.jspecify.annotations.Nullable;

/**
 * The family that tells of families, "nlctrl", as far as it is about "IPVS" (ctrl_getfamily).
 *
 * <p>Any thread. The caller asks the real one about all others.
 */
public final class ControlFamily extends GenericFamily {
  /** GENL_ID_CTRL. */
  public static final int ID = 0x10;

  /**
   * Our number for the family "IPVS": the highest, GENL_MAX_ID; the kernel begins at the other end.
   */
  public static final int IPVS_ID = 0x3ff;

  private static final int VERSION = 2;
  private static final int NEWFAMILY = 1;
  private static final int GETFAMILY = 3;
  private static final int FAMILY_ID = 1;
  private static final int FAMILY_NAME = 2;
  private static final int FAMILY_VERSION = 3;
  private static final int HDRSIZE = 4;
  private static final int MAXATTR = 5;
  private static final int OPS = 6;
  private static final int OP_ID = 1;
  private static final int OP_FLAGS = 2;
  private static final int ADMIN_PERM = 1;
  private static final int HAS_POLICY = 8;
  private static final int LONGEST_NAME = 15;
  private static final @Nullable Rule[] RULES = {null, Rule.U16, Rule.text(LONGEST_NAME)};

  private static final int LAST_ATTRIBUTE = 6;

  /** Has no state. */
  public ControlFamily() {
    super(VERSION);
  }

  /** Whether a request is one for the family "IPVS", by name or number. */
  public static boolean asksForIpvs(NetlinkRequest request) {
    if (request.type() != ID || !request.hasCommand() || request.command() != GETFAMILY) {
      return false;
    }
    try {
      Attributes given = Attributes.parse(request.attributes(), RULES);
      return given.has(FAMILY_NAME)
          ? given.text(FAMILY_NAME).equals(IpvsFamily.NAME)
          : given.u16(FAMILY_ID) == IPVS_ID;
    } catch (IpvsException malformed) {
      return false;
    }
  }

  /** Whether a request is one for all families. */
  public static boolean asksForAll(NetlinkRequest request) {
    return request.type() == ID
        && request.hasCommand()
        && request.command() == GETFAMILY
        && request.has(NetlinkRequest.NLM_F_DUMP);
  }

  /** Answers for "IPVS". */
  public byte[] find(NetlinkRequest request) {
    return answer(request);
  }

  /** The entry of "IPVS" in a list of all families, without the end of the list. */
  public byte[] entry(NetlinkRequest request) {
    MessageWriter out = new MessageWriter();
    write(request, out, true);
    return out.toBytes();
  }

  @Override
  int abilities(int command) {
    return command == GETFAMILY ? DO : 0;
  }

  @Override
  boolean isPrivileged() {
    return false;
  }

  @Override
  void doit(NetlinkRequest request, MessageWriter out) {
    if (!asksForIpvs(request)) {
      throw new IpvsException(Errno.ENOENT, "another family");
    }
    write(request, out, false);
  }

  @Override
  void dump(NetlinkRequest request, MessageWriter out) {
    throw new IpvsException(Errno.EOPNOTSUPP, "all families");
  }

  private void write(NetlinkRequest request, MessageWriter out, boolean isPart) {
    begin(request, out, NEWFAMILY, isPart);
    out.string(FAMILY_NAME, IpvsFamily.NAME);
    out.u16(FAMILY_ID, IPVS_ID);
    out.u32(FAMILY_VERSION, IpvsFamily.VERSION);
    out.u32(HDRSIZE, 0);
    out.u32(MAXATTR, LAST_ATTRIBUTE);
    int ops = out.nest(OPS);
    int index = 0;
    for (int command = 1; command <= IpvsFamily.LAST_COMMAND; command++) {
      int abilities = IpvsFamily.abilitiesOf(command);
      if (abilities != 0) {
        int op = out.nest(++index);
        out.u32(OP_ID, command);
        out.u32(OP_FLAGS, ADMIN_PERM | HAS_POLICY | abilities);
        out.endNest(op);
      }
    }
    out.endNest(ops);
    out.end();
  }
}
