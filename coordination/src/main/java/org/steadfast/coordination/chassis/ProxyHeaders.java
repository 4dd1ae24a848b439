package org.steadfast.coordination.chassis;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.steadfast.coordination.settings.AddressRange;

/**
 * Believes trusted load balancers where a connection comes from, as they say by the PROXY protocol of HAProxy (versions 1 and 2) before
 * anything else, TLS included. From them a connection that does not begin so is taken for their own; from anybody else such a
 * beginning is what it is in the protocol of the port: nonsense.
 */
final class ProxyHeaders extends ProxyConnectionFactory {
    private final List<AddressRange> trusted;

    ProxyHeaders(List<AddressRange> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return isTrusted(endPoint.getRemoteSocketAddress())
                ? super.newConnection(connector, endPoint)
                : connector.getConnectionFactory(findNextProtocol(connector)).newConnection(connector, endPoint);
    }

    private boolean isTrusted(SocketAddress peer) {
        return peer instanceof InetSocketAddress address
                && address.getAddress() != null
                && trusted.stream()
                        .anyMatch(range -> range.contains(address.getAddress().getHostAddress()));
    }
}
