package org.steadfast.coordination.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** Network addresses that begin with the same bits, such as {@code 10.0.0.0/8} or {@code ::1}. Immutable. */
public final class AddressRange {
    /** Only addresses as numbers: a name would be asked of the network. */
    private static final Pattern NUMBERS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** Longer than any address as text. */
    public static final int LONGEST = 64;
    /** What one subscriber has at least; the addresses in it are theirs to choose. */
    private static final int NETWORK_BYTES_OF_V6 = 8;

    private final byte[] address;
    private final int bits;

    private AddressRange(byte[] address, int bits) {
        this.address = address;
        this.bits = bits;
    }

    /** @throws IllegalArgumentException if the text is no address and no range */
    public static AddressRange of(String text) {
        int slash = text.indexOf('/');
        byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
        int all = address.length * 8;
        try {
            int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= all) {
                return new AddressRange(address, bits);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(text + " is no range of addresses; one is 10.0.0.0/8", e);
        }
        throw new IllegalArgumentException(text + " has more bits than an address");
    }

    private static byte[] bytes(String text) {
        if (NUMBERS.matcher(text).matches()) {
            try {
                return InetAddress.getByName(text).getAddress();
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(text + " is no address; one is 10.0.0.1", e);
            }
        }
        throw new IllegalArgumentException(text + " is no address; one is 10.0.0.1");
    }

    /** Stands for whoever has an address: it, or the /64 that it is in. What is no address stands for itself, as far as it is read. */
    public static String network(String text) {
        if (text.indexOf(':') >= 0 && NUMBERS.matcher(text).matches()) {
            try {
                byte[] address = bytes(text);
                if (address.length > NETWORK_BYTES_OF_V6) {
                    Arrays.fill(address, NETWORK_BYTES_OF_V6, address.length, (byte) 0);
                    return InetAddress.getByAddress(address).getHostAddress() + "/" + NETWORK_BYTES_OF_V6 * 8;
                }
                return InetAddress.getByAddress(address).getHostAddress();
            } catch (IllegalArgumentException | UnknownHostException e) {
                // As a stranger sent it.
                return cut(text);
            }
        }
        return cut(text);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    /** Whether an address lies in it; a text that is no address does not. */
    public boolean contains(String text) {
        if (!NUMBERS.matcher(text).matches()) {
            return false;
        }
        byte[] other;
        try {
            other = bytes(text);
        } catch (IllegalArgumentException e) {
            // As a stranger sent it.
            return false;
        }
        int whole = bits / 8;
        if (other.length != address.length || !Arrays.equals(other, 0, whole, address, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        return rest == 0 || (other[whole] ^ address[whole]) >> (8 - rest) == 0;
    }
}
