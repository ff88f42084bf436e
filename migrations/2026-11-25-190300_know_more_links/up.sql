ALTER TABLE account_tokens
    DROP CONSTRAINT account_tokens_purpose_known,
    ADD CONSTRAINT account_tokens_purpose_known CHECK (purpose IN ('setup', 'invite', 'reset', 'email_old', 'email_new'));
