package org.steadfast.installer;

import com.izforge.izpack.panels.userinput.processor.Processor;
import com.izforge.izpack.panels.userinput.processorclient.ProcessingClient;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The addresses of this machine among which one is chosen, separated by colons as izPack wants them; loopback first. */
public final class ListenAddresses implements Processor {
    private static final String LOOPBACK = "127.0.0.1";

    @Override
    public String process(ProcessingClient client) {
        return Stream.concat(Stream.of(LOOPBACK), others()).collect(Collectors.joining(":"));
    }

    private static Stream<String> others() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .map(InetAddress::getHostAddress)
                    .sorted();
        } catch (SocketException e) {
            // The field can be typed into where the system does not tell.
            return Stream.empty();
        }
    }
}
