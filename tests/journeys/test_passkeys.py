"""A dispatcher adds a passkey and comes back by it, in a real browser with an authenticator of its own."""

from __future__ import annotations

from playwright.async_api import CDPSession, Page, expect

from tests.journeys.conftest import DESK, Practice


async def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give the page's browser a device that keeps passkeys and recognises its owner."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    told = await session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, str(told["authenticatorId"])


async def test_a_passkey_signs_its_person_in_again_and_not_when_it_is_removed(practice: Practice) -> None:
    link = (await practice.state())["sign_in_link"]
    page = await practice.open(link, viewport=DESK)
    device, authenticator = await with_authenticator(page)
    await page.get_by_label("Your name").fill("Anna")
    await page.get_by_role("button", name="Open the photowall").click()
    await page.wait_for_url("**/wall")

    await page.goto(f"{practice.address}/me")
    await page.get_by_label("Name of the passkey").fill("My phone")
    await page.get_by_role("button", name="Add a passkey").click()
    own = page.get_by_role("list", name="Passkeys", exact=True)
    await expect(own).to_contain_text("My phone")
    await expect(own).to_contain_text("never used")
    kept = (await device.send("WebAuthn.getCredentials", {"authenticatorId": authenticator}))["credentials"]
    assert [(one["rpId"], one["isResidentCredential"]) for one in kept] == [("localhost", True)]

    # The device holds one already, and says so.
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_text("This device holds one of your passkeys already.")).to_be_visible()

    await page.get_by_role("button", name="Sign out").click()
    await page.goto(f"{practice.address}/sign-in")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await page.wait_for_url("**/wall")
    await page.goto(f"{practice.address}/me")
    await expect(page.get_by_role("list", name="Where you are signed in")).to_contain_text("by a passkey")
    await expect(own).to_contain_text("last used")

    await page.get_by_role("button", name="Remove: My phone").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await page.goto(f"{practice.address}/sign-in")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_text("This passkey is not known here, or it was removed.")).to_be_visible()


async def test_a_wall_that_is_signed_out_elsewhere_goes_dark_at_once_and_says_why(practice: Practice) -> None:
    link = (await practice.state())["sign_in_link"]
    walls = []
    for name in ("Anna", "Chris"):
        page = await practice.open(link, viewport=DESK)
        await page.get_by_label("Your name").fill(name)
        await page.get_by_role("button", name="Open the photowall").click()
        await page.wait_for_url("**/wall")
        walls.append(page)
    anna, chris = walls
    await expect(anna.get_by_role("status").filter(has_text="Connected")).to_be_visible()
    await chris.goto(f"{practice.address}/me")
    everybody = chris.get_by_role("list", name="Who is signed in")
    await everybody.get_by_role("button", name="End the session of Anna").click()
    await expect(anna.get_by_role("heading", name="Your session has ended")).to_be_visible()
    await expect(anna.get_by_text("Your session was ended by a supervisor.")).to_be_visible()
    await expect(anna.locator("#desk")).to_have_count(0)
    await expect(everybody).not_to_contain_text("Anna")


async def test_a_wall_screen_is_made_from_a_link_and_shows_the_wall(practice: Practice) -> None:
    link = (await practice.state())["sign_in_link"]
    chief = await practice.open(link, viewport=DESK)
    await chief.get_by_label("Your name").fill("Chris")
    await chief.get_by_role("button", name="Open the photowall").click()
    await chief.wait_for_url("**/wall")
    await chief.goto(f"{practice.address}/me")
    await chief.get_by_label("Name of the screen").fill("Big wall")
    await chief.get_by_role("button", name="Make a link").click()
    made = await chief.get_by_label("Link for Big wall").input_value()
    screen = await practice.open(made, viewport={"width": 1920, "height": 1080})
    await expect(screen.get_by_text("This browser becomes the wall screen “Big wall”.")).to_be_visible()
    await screen.get_by_role("button", name="Open the wall screen").click()
    await screen.wait_for_url("**/wall**")
    await expect(chief.get_by_role("list", name="Wall screens")).to_contain_text("Big wall")
    await chief.get_by_role("list", name="Wall screens").get_by_role("button", name="End the session").click()
    await expect(screen.get_by_role("heading", name="Your session has ended")).to_be_visible()
