package org.steadfast.simulator;

import java.util.List;
import org.steadfast.protocol.wire.Body;

/** What a device logs in with. */
public sealed interface DeviceCredentials permits AppKey, UserAndPassword {
    /** What it claims in AUTH, in the order in which the device SDKs send it. */
    List<Body.Auth.Claim> claims();
}
