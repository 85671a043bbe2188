package jvs.director.ipvsadm;

import java.util.ArrayList;
import java.util.List;
import jvs.service.ServerKey;
import jvs.service.ServiceKey;
import jvs.wire.IpAddress;

/**
 * The order of listings, with the original's arithmetic: differences of unsigned 32-bit numbers are
 * taken as signed, so 192.0.2.1 comes before 10.0.0.1 and mark 4294967295 before all else.
 *
 * <p>Such an order may run in a circle, which {@code List.sort} would not bear; hence a plain merge
 * sort, of which qsort(3) of the GNU C library is one, too.
 */
final class ListingOrder {
  /** Compares by differences. */
  @FunctionalInterface
  interface Order<T> {
    int compare(T left, T right);
  }

  private ListingOrder() {}

  static <T> List<T> sorted(List<T> list, Order<T> order) {
    if (list.size() < 2) {
      return list;
    }
    int middle = list.size() / 2;
    List<T> left = sorted(list.subList(0, middle), order);
    List<T> right = sorted(list.subList(middle, list.size()), order);
    List<T> merged = new ArrayList<>(list.size());
    int taken = 0;
    for (T item : right) {
      while (taken < left.size() && order.compare(left.get(taken), item) <= 0) {
        merged.add(left.get(taken++));
      }
      merged.add(item);
    }
    merged.addAll(left.subList(taken, left.size()));
    return merged;
  }

  static int compare(ServiceKey left, ServiceKey right) {
    int difference = (int) (left.mark() - right.mark());
    if (difference == 0) {
      difference = left.address().family() - right.address().family();
    }
    if (difference == 0) {
      difference = left.protocol() - right.protocol();
    }
    if (difference == 0) {
      difference = compare(left.address(), right.address());
    }
    return difference != 0 ? difference : left.port() - right.port();
  }

  static int compare(ServerKey left, ServerKey right) {
    int difference = compare(left.address(), right.address());
    return difference != 0 ? difference : left.port() - right.port();
  }

  /** As many 32-bit words as the left one has; an IPv4 address is the first of four. */
  private static int compare(IpAddress left, IpAddress right) {
    int words = left.isV4() ? 1 : 4;
    int difference = 0;
    for (int i = 0; i < words && difference == 0; i++) {
      difference = word(left, i) - word(right, i);
    }
    return difference;
  }

  private static int word(IpAddress address, int index) {
    if (address.isV4()) {
      return index == 0 ? address.v4() : 0;
    }
    long half = index < 2 ? address.high() : address.low();
    return (int) (index % 2 == 0 ? half >>> 32 : half);
  }
}
