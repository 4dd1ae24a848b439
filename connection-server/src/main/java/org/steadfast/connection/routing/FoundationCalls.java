package org.steadfast.connection.routing;

import java.util.concurrent.CompletableFuture;
import org.steadfast.protocol.link.LinkFrame;

/** What foundation nodes ask of devices and tell of them. Called by links' readers, so nothing here may wait. */
public interface FoundationCalls {
    /** Asks a device. The future does not fail. */
    CompletableFuture<LinkFrame.Called> call(LinkFrame.Call call);

    /** A thing was bound by another session. */
    void superseded(LinkFrame.Superseded superseded);

    /** Something of a thing was changed that its device should know. */
    void definitionChanged(LinkFrame.DefinitionChanged changed);

    /** A link was opened: its node may be one that knows nothing yet. */
    void linkOpened();
}
