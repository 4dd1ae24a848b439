package org.steadfast.coordination.coordinator;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.zookeeper.client.ZKClientConfig;
import org.steadfast.coordination.tls.TlsCopies;

/**
 * How ZooKeeper is told to speak TLS. Only its Netty client and server can. Both ends show a certificate of a trusted authority;
 * who opens a connection checks the other's name too, who accepts one does not, as on the links of nodes.
 */
public final class CoordinatorTls {
    private static final String PREFIX = "zookeeper.";
    private static final String NETTY_SERVER = "org.apache.zookeeper.server.NettyServerCnxnFactory";

    private CoordinatorTls() {}

    /** For a client of its own. */
    public static ZKClientConfig client(TlsCopies copies) {
        ZKClientConfig config = new ZKClientConfig();
        clientProperties(copies).forEach(config::setProperty);
        return config;
    }

    /** For clients that others make in this process without asking how, as Ignite's discovery does. */
    public static void speakInThisProcess(TlsCopies copies) {
        clientProperties(copies).forEach(System::setProperty);
    }

    private static Map<String, String> clientProperties(TlsCopies copies) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(ZKClientConfig.SECURE_CLIENT, "true");
        properties.put(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        // With it ZooKeeper asks the network for the name of an address that it connects to, and wants to find that in
        // the certificate.
        properties.put(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        // The only kind of look at a server's name that the settings of a server in the same process leave alone.
        properties.put(PREFIX + "fips-mode", "true");
        stores(copies, "ssl.").forEach((key, value) -> properties.put(PREFIX + key, value));
        return properties;
    }

    /** For a server's configuration, besides its port. */
    static Map<String, String> serverProperties(TlsCopies copies) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("serverCnxnFactory", NETTY_SERVER);
        properties.putAll(stores(copies, "ssl."));
        properties.put("sslQuorum", "true");
        properties.putAll(stores(copies, "ssl.quorum."));
        properties.put("ssl.quorum.clientHostnameVerification", "false");
        // What a name server says of an address proves nothing.
        properties.put("ssl.quorum.allowReverseDnsLookup", "false");
        // Else nobody would look for the name of the server that is connected to, among the servers.
        properties.put("fips-mode", "false");
        // Connections of clients get what the files hold at the moment anyhow; this is for the second look at their
        // certificates.
        properties.put("client.certReload", "true");
        properties.put("sslQuorumReloadCertFiles", "true");
        return properties;
    }

    private static Map<String, String> stores(TlsCopies copies, String prefix) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(prefix + "keyStore.location", copies.keyStore().toString());
        properties.put(prefix + "keyStore.type", TlsCopies.FORMAT);
        properties.put(prefix + "keyStore.password", copies.password());
        properties.put(prefix + "trustStore.location", copies.trustStore().toString());
        properties.put(prefix + "trustStore.type", TlsCopies.FORMAT);
        properties.put(prefix + "trustStore.password", copies.password());
        return properties;
    }
}
