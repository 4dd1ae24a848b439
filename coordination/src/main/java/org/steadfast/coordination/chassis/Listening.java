package org.steadfast.coordination.chassis;

import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.steadfast.coordination.settings.AddressRange;

/**
 * Where and how a node's HTTP server listens.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param portSetting path of the setting that holds the port, for the message where it is in use
 * @param threads most threads that requests may use
 * @param tls what the port speaks; without it, plain HTTP
 * @param proxies load balancers that are believed where a connection comes from
 */
public record Listening(
        String host,
        int port,
        String portSetting,
        int threads,
        Optional<SslContextFactory.Server> tls,
        List<AddressRange> proxies) {

    /** Plain HTTP, from clients themselves. */
    public static Listening plain(String host, int port, String portSetting, int threads) {
        return new Listening(host, port, portSetting, threads, Optional.empty(), List.of());
    }

    /** The same, by TLS where there is one. */
    public Listening with(Optional<SslContextFactory.Server> itsTls) {
        return new Listening(host, port, portSetting, threads, itsTls, proxies);
    }

    /** The same, behind these. */
    public Listening behind(List<AddressRange> itsProxies) {
        return new Listening(host, port, portSetting, threads, tls, itsProxies);
    }
}
